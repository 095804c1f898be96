import type { SessionId, TokenId, UserId } from '../../domain/ids.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Origin, Principal } from '../../domain/principal.js';
import type { AuditEntry } from '../../domain/security-event.js';
import type { User } from '../../domain/user.js';
import type { AuditFilter } from '../../ports/audit-log.js';
import type { UserFilter } from '../../ports/registry-reader.js';
import type { Authenticate } from '../authenticate.js';
import type { Creation } from '../once.js';

/** @public A user to be made. */
export interface UserInput {
  readonly username: string;
  readonly displayName?: string;
  readonly email?: string;
  readonly roles: readonly string[];
  /** Left out for someone who signs in through a provider only. */
  readonly password?: string;
}

/** @public What of a user may change; what is left out stays. Null takes the e-mail address away. */
export interface UserChange {
  readonly displayName?: string;
  readonly email?: string | null;
  readonly roles?: readonly string[];
  readonly enabled?: boolean;
  readonly password?: string;
}

/** @public Users, for administrators. */
export interface UserUseCases {
  /** @throws UserExistsError the username is taken, whatever its case */
  readonly createUser: Creation<UserInput, User>;
  /** @throws NotFoundError there is none */
  getUser(principal: Principal, id: UserId): Promise<User>;
  /** In the order in which they were made. */
  listUsers(principal: Principal, filter: UserFilter, page?: PageRequest): Promise<Page<User>>;
  /**
   * The user as changed. Disabling, a new password and fewer roles take effect at once, and the first two end every session.
   *
   * @throws LastAdminError nobody would be left who may do everything
   * @throws VersionStaleError it is not at the version `expected` any more
   */
  changeUser(principal: Principal, id: UserId, change: UserChange, expected?: number): Promise<User>;
}

/** @public Signing in and out. */
export interface SessionUseCases {
  /**
   * Takes as long and says the same for an unknown user, a wrong password and a disabled account.
   *
   * @throws SignInRefusedError they do not get in
   * @throws SignInSlowedError too many attempts of late; when to try again
   */
  signIn(input: SignInInput): Promise<TokenPair>;
  /**
   * New tokens for a refresh token, which is used up by it. One that comes back used ends its whole session.
   *
   * @throws SignInRefusedError it opens nothing
   */
  refresh(refreshToken: string, origin: Origin): Promise<TokenPair>;
  /** Ends the session of the token that was shown. Nothing happens for a principal without one. */
  signOut(principal: Principal): Promise<void>;
  /** Ends every session of the user, for an administrator. @throws NotFoundError there is no such user */
  endSessions(principal: Principal, id: UserId): Promise<void>;
  /** Ends one access token before its time, for an administrator; its session goes on. Known by its `jti`. */
  revokeToken(principal: Principal, id: TokenId): Promise<void>;
  /** Who is asking, whole; `user` where it is one. */
  whoAmI(principal: Principal): Promise<WhoAmI>;
  /** Changes one's own password, knowing the one before; ends every other session. @throws SignInRefusedError it is not the one before */
  changePassword(principal: Principal, before: string, after: string): Promise<void>;
}

/** @public */
export interface SignInInput {
  readonly username: string;
  readonly password: string;
  readonly origin: Origin;
}

/** @public What a sign-in gives. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Of the access token, in seconds. */
  readonly expiresIn: number;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly tokenId: TokenId;
}

/** @public */
export interface WhoAmI {
  readonly principal: Principal;
  readonly user: User | undefined;
}

/** @public Signing in through an identity provider. */
export interface ProviderUseCases {
  /**
   * Where to send the browser, and what it must hold until it is back: `browser`, for a cookie that only the callback gets.
   *
   * @throws NotFoundError there is no such provider
   * @throws InvalidQueryError `returnTo` is not a path of this server
   * @throws IdentityProviderUnavailableError the provider does not answer
   */
  beginTrip(provider: string, callbackUrl: string, returnTo: string | undefined): Promise<BegunTrip>;
  /**
   * Lets in whoever came back. A state is good once, for ten minutes, and for the browser that began.
   *
   * @throws SignInRefusedError the trip is not one that this browser began, is over, or nothing that the provider says maps to a role
   * @throws IdentityProviderRefusedError the provider refused, or what it says does not hold
   * @throws IdentityProviderUnavailableError the provider does not answer
   * @throws LastAdminError the provider took the role away from the last who may do everything
   */
  finishTrip(provider: string, back: ReturningBrowser): Promise<FinishedTrip>;
}

/** @public */
export interface BegunTrip {
  readonly url: string;
  readonly browser: string;
  readonly maxAgeSeconds: number;
}

/** @public */
export interface ReturningBrowser {
  readonly callbackUrl: string;
  /** Without the question mark. */
  readonly query: string;
  readonly state: string | undefined;
  /** From the cookie. */
  readonly browser: string | undefined;
  readonly origin: Origin;
}

/** @public */
export interface FinishedTrip {
  readonly tokens: TokenPair;
  readonly returnTo: string | undefined;
}

/** @public Who is who: users, sessions, providers and the audit log. */
export interface Identity extends UserUseCases, SessionUseCases, ProviderUseCases {
  /** Who holds an access token, or what a trusted issuer or an API key says; tries what the credential looks like. */
  readonly authenticate: Authenticate;
  /** Newest first. */
  listAudit(principal: Principal, filter: AuditFilter, page?: PageRequest): Promise<Page<AuditEntry>>;
  /** Forgets sessions, tokens, revocations and round trips that have expired; how many. Call it now and then. */
  forgetExpired(): Promise<number>;
}
