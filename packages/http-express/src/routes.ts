import type { Route } from './route.js';
import { apiKeyRoutes } from './routes/api-keys.js';
import { eventRoutes } from './routes/events.js';
import { gateRoutes } from './routes/gates.js';
import { groupRoutes } from './routes/groups.js';
import { receiverRoutes } from './routes/receivers.js';

/**
 * Every operation of the API. What is in it is mounted and documented, what is not is neither. Express tries one after the
 * other, so those that machines ask all day come first.
 *
 * @internal
 */
export const ROUTES: readonly Route[] = [
  ...eventRoutes,
  ...gateRoutes,
  ...receiverRoutes,
  ...groupRoutes,
  ...apiKeyRoutes,
];
