export { oidcProvider } from './oidc-provider.js';
export { repetitionFault } from './option-faults.js';
export { oidcProviderFault } from './provider-options.js';
export type { OidcProviderOptions } from './provider-options.js';
export { workloadIdentity } from './workload-identity.js';
export type { WorkloadIdentityDeps } from './workload-identity.js';
export { workloadIssuerFault } from './workload-options.js';
export type { WorkloadIssuer, WorkloadRule } from './workload-options.js';
