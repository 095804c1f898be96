export { openAdministration } from './administration.js';
export type { Administration } from './administration.js';
export { compose } from './compose.js';
export { FolderLockedError } from './folder-lock.js';
export { ConfigError, loadSettings } from './settings/load-settings.js';
export type { LoadedSettings } from './settings/load-settings.js';
export { shownSettings } from './settings/show-settings.js';
