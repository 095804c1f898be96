export { compose } from './compose.js';
export { loadConfig } from './config.js';
