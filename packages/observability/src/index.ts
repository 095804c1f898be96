export { securityMonitor } from './security-monitor.js';
export type { SecurityMonitorOptions, SecurityState, WatchingMonitor } from './security-monitor.js';
