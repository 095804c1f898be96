import { isAllowed } from '../domain/principal.js';
import type { Permission } from '../domain/permission.js';
import type { Principal } from '../domain/principal.js';
import { securityEvent } from '../domain/security-event.js';
import { PermissionDeniedError } from '../errors.js';
import type { AccessPolicy, AccessQuestion } from '../ports/access-policy.js';
import type { SecurityMonitor } from '../ports/audit-log.js';

/** @internal */
export interface Access {
  /**
   * Goes on when the roles allow it and the policy does not say no. A promise only where the policy needs time.
   *
   * @throws PermissionDeniedError the principal may not
   */
  expect(principal: Principal, permission: Permission, about?: AccessSubject): Promise<void> | undefined;
  /** Asks the roles alone. @throws PermissionDeniedError they do not carry it */
  expectRole(principal: Principal, permission: Permission): void;
}

/** The receiver or group that a question is about. */
type AccessSubject = Pick<AccessQuestion, 'receiverId' | 'groupId'>;

/** @internal */
export interface AccessDeps {
  readonly policy: AccessPolicy | undefined;
  readonly monitor: SecurityMonitor | undefined;
}

/** @internal */
export function makeAccess({ policy, monitor }: AccessDeps): Access {
  function deny(principal: Principal, permission: Permission, by: 'roles' | 'policy'): never {
    monitor?.report(securityEvent('access.denied', principal, permission, { by }));
    throw new PermissionDeniedError(permission, by);
  }

  function expectRole(principal: Principal, permission: Permission): void {
    if (!isAllowed(principal, permission)) deny(principal, permission, 'roles');
  }

  return {
    expectRole,
    expect(principal, permission, about = {}) {
      expectRole(principal, permission);
      const answer = policy?.allows({ principal, permission, ...about }) ?? true;
      if (answer === true) return undefined;
      if (answer === false) return deny(principal, permission, 'policy');
      return answer.then((allowed) => {
        if (!allowed) deny(principal, permission, 'policy');
      });
    },
  };
}
