export { createIdentity } from './create-identity.js';
export type { IdentityPorts } from './create-identity.js';
export { createRegistry } from './create-registry.js';
export type { RegistryPorts, Registry } from './create-registry.js';
export { networkOf } from './domain/address.js';
export { isLive } from './domain/api-key.js';
export type { ApiKey, PreviousKey } from './domain/api-key.js';
export type { Branded } from './domain/branded.js';
export { canonicalJson } from './domain/canonical-json.js';
export type { EventFilter, EventOrder } from './domain/event-filter.js';
export type { EventInput } from './domain/event-input.js';
export type { ProvenanceEvent, EventTransition, NewEvent } from './domain/event.js';
export { NO_EVENTS, afterEvent, outcomeOf, isComplete } from './domain/gate-rule.js';
export type { GatePolicy, OutcomeKind, Standing } from './domain/gate-rule.js';
export type { GateState, GateContext } from './domain/gate-state.js';
export { membershipProblems } from './domain/group.js';
export type { Group, GroupView, GroupRevision } from './domain/group.js';
export { parseId } from './domain/ids.js';
export type {
  EventId,
  ReceiverId,
  GroupId,
  TransitionId,
  ApiKeyId,
  UserId,
  SessionId,
  TokenId,
  AuditId,
  AnyId,
} from './domain/ids.js';
export type { JsonFaultKind, JsonFault } from './domain/json-fault.js';
export { readJson, isVerbatimJson, parseJsonText } from './domain/json-text.js';
export type { JsonText, VerbatimJson, JsonReadOptions, JsonReading, JsonTextParsing } from './domain/json-text.js';
export type { PageRequest, Page } from './domain/page.js';
export { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from './domain/permission.js';
export type { Permission, Role } from './domain/permission.js';
export { grantedTo, isAllowed } from './domain/principal.js';
export type { Origin, Principal, PrincipalToken } from './domain/principal.js';
export type { Problem } from './domain/problem.js';
export { fingerprintText } from './domain/receiver.js';
export type { Receiver, ReceiverRevision, RegistryName } from './domain/receiver.js';
export { SECURITY_EVENT_KINDS, securityEvent } from './domain/security-event.js';
export type { AuditEntry, SecurityEvent, SecurityEventKind } from './domain/security-event.js';
export type { AccessClaims, RefreshToken, RevokedToken, Session } from './domain/session.js';
export { subjectText, subjectProblems } from './domain/subject.js';
export type { Subject, SubjectHash } from './domain/subject.js';
export { DESCRIPTION_RULE, NAME_RULE, REMARK_RULE, textFault } from './domain/text-rules.js';
export type { TextRule } from './domain/text-rules.js';
export { parseTimestamp, timestampAt, unixMs, later } from './domain/timestamp.js';
export type { Timestamp } from './domain/timestamp.js';
export type { TransitionState, TransitionCause, Transition, NewTransition } from './domain/transition.js';
export { usernameFault, usernameKey } from './domain/user.js';
export type { ExternalIdentity, User } from './domain/user.js';
export { verdictOf } from './domain/verdict.js';
export type {
  Verdict,
  GateVerdictState,
  ReceiverOutcome,
  EventMark,
  ReceiverEvidence,
  GateEvidence,
} from './domain/verdict.js';
export {
  RegistryError,
  InvalidInputError,
  InvalidQueryError,
  InvalidCursorError,
  PayloadRefusedError,
  PayloadCheckLimitError,
  SchemaRefusedError,
  PermissionDeniedError,
  NotFoundError,
  ReceiverUnknownError,
  ReceiverDisabledError,
  ReceiverExistsError,
  ReceiverInUseError,
  GroupExistsError,
  ReceiverForbiddenError,
  NotAMemberError,
  UserExistsError,
  UserUnknownError,
  LastAdminError,
  SignInRefusedError,
  SignInSlowedError,
  IdentityProviderRefusedError,
  IdentityProviderUnavailableError,
  VersionStaleError,
  BatchRefusedError,
  IdempotencyKeyReusedError,
  IdempotencyKeyInUseError,
  StoreRejectedError,
  StoreUnavailableError,
  CheckerBusyError,
  RegistryBusyError,
  isRegistryError,
} from './errors.js';
export type { RegistryErrorCode, AnyRegistryError } from './errors.js';
export type { AccessPolicy, AccessQuestion } from './ports/access-policy.js';
export type { ApiKeySecrets } from './ports/api-key-secrets.js';
export type { ApiKeyStore, KeyUse } from './ports/api-key-store.js';
export type { AuditFilter, AuditReader, AuditStore, SecurityMonitor } from './ports/audit-log.js';
export type { Clock } from './ports/clock.js';
export type { Digest } from './ports/digest.js';
export type { EventStore, Post, Fact, GateStateChange } from './ports/event-store.js';
export type { GroupStore } from './ports/group-store.js';
export type { IdentityProvider, TripBack, TripOut, VouchedPerson } from './ports/identity-provider.js';
export type { IdentitySignals } from './ports/identity-signals.js';
export type { Ids } from './ports/ids.js';
export type { KeptAnswers, KeptAnswer } from './ports/kept-answers.js';
export type { PasswordCheck, PasswordHasher } from './ports/password-hasher.js';
export type {
  PayloadSchemas,
  IdentifiedSchema,
  CheckedPayload,
  SchemaCompilation,
  PayloadCheck,
} from './ports/payload-schemas.js';
export type { Rate, RateDecision, RateLimiter } from './ports/rate-limiter.js';
export type { ReceiverGuard, ReceiverStore, ReceiverStamp, Addition } from './ports/receiver-store.js';
export type { ReconciliationStore, Reconciliation } from './ports/reconciliation-store.js';
export type {
  RegistryReader,
  EventReader,
  TimelineEntry,
  ReceiverFilter,
  ReceiverReader,
  GroupFilter,
  GroupReader,
  GateQuestion,
  BoardEntry,
  GateReader,
  ReconciliationReader,
  HashedSubject,
  ApiKeyReader,
  UserFilter,
  UserForSignIn,
  UserReader,
} from './ports/registry-reader.js';
export type { RoundTrip, RoundTripStore, SessionOfToken, SessionStore } from './ports/session-store.js';
export type { Span } from './ports/span.js';
export { SIGNING_KEYS_CLAIM } from './ports/signing-keys.js';
export type { KeptSigningKey, SigningKeyStore } from './ports/signing-keys.js';
export type { Secrets, TokenSigner, TokenVerifier } from './ports/tokens.js';
export type { UnitOfWork, Scope, Stores } from './ports/unit-of-work.js';
export { USERS_CLAIM, userClaim } from './ports/user-store.js';
export type { KeptMember, Member, MemberStore, UserStore } from './ports/user-store.js';
export type { AdminKeyUseCases } from './use-cases/admin-keys.js';
export type { ApiKeyInput, CreatedApiKey, ApiKeyUseCases } from './use-cases/api-keys.js';
export type { Authenticate } from './use-cases/authenticate.js';
export type { GateQueries } from './use-cases/gates.js';
export type { GroupInput, GroupChange, GroupUseCases } from './use-cases/groups.js';
export type {
  BegunTrip,
  FinishedTrip,
  Identity,
  ProviderUseCases,
  ReturningBrowser,
  SessionUseCases,
  SignInInput,
  TokenPair,
  UserChange,
  UserInput,
  UserUseCases,
  WhoAmI,
} from './use-cases/identity/identity.js';
export type { TokenTimes } from './use-cases/identity/issue-tokens.js';
export { DEFAULT_SIGN_IN_RATES } from './use-cases/identity/sign-in-limits.js';
export type { SignInRates } from './use-cases/identity/sign-in-limits.js';
export type { MemberUseCases } from './use-cases/members.js';
export type { Idempotency, Outcome, Once, Creation } from './use-cases/once.js';
export type { EventQueries } from './use-cases/read-events.js';
export type { ReceiverInput, ReceiverChange, ReceiverUseCases } from './use-cases/receivers.js';
export type { BatchInput, BatchResult } from './use-cases/record-events.js';
