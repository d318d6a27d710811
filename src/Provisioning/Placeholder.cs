namespace Provisioning;
