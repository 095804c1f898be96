export type { BackendHarness, FeedEntry, FeedKind } from './backend-harness.js';
export { countingIds, countingSecrets, memoryPayloads, sha256Digest, steppingClock } from './memory/deterministic.js';
export type { SteppingClock } from './memory/deterministic.js';
export { memoryBackend } from './memory/memory-backend.js';
export type { MemoryBackend } from './memory/memory-backend.js';
export { openMemory } from './memory/memory-harness.js';
