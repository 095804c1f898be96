export { opaPolicy } from './opa-policy.js';
export { opaPolicyFault } from './opa-options.js';
export type { OpaPolicyOptions } from './opa-options.js';
