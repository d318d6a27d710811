namespace Shared;
