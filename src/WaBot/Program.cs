// Placeholder until the host exists.
return 0;
