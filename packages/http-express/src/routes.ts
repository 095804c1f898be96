import type { Route } from './route.js';
import { apiKeyRoutes } from './routes/api-keys.js';
import { auditRoutes } from './routes/audit.js';
import { authRoutes } from './routes/auth.js';
import { eventRoutes } from './routes/events.js';
import { gateRoutes } from './routes/gates.js';
import { groupRoutes } from './routes/groups.js';
import { memberRoutes } from './routes/members.js';
import { oidcRoutes } from './routes/oidc.js';
import { receiverRoutes } from './routes/receivers.js';
import { userRoutes } from './routes/users.js';

/** Express tries one after the other, so those that machines ask all day come first. */
const REGISTRY: readonly Route[] = [
  ...eventRoutes,
  ...gateRoutes,
  ...receiverRoutes,
  ...groupRoutes,
  ...memberRoutes,
  ...apiKeyRoutes,
];
const IDENTITY: readonly Route[] = [...authRoutes, ...oidcRoutes, ...userRoutes, ...auditRoutes];

/** @internal Every operation of the API. What is in it is mounted and documented, what is not is neither. */
export function routesOf(hasIdentity: boolean): readonly Route[] {
  return hasIdentity ? [...REGISTRY, ...IDENTITY] : REGISTRY;
}
