export { compose } from './compose.js';
export { loadSettings } from './settings/load-settings.js';
