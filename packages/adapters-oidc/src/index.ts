export { oidcProvider } from './oidc-provider.js';
export { oidcProviderFault } from './provider-options.js';
export type { OidcProviderOptions } from './provider-options.js';
export { repetitionFault } from './option-faults.js';
