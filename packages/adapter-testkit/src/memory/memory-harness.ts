import type { RegistryReader, UnitOfWork } from '@xzepr/core';

import type { BackendHarness } from '../backend-harness.js';
import { memoryBackend } from './memory-backend.js';

/**
 * The in-memory adapters as the contract suites want them.
 *
 * @public
 */
export function openMemory(): Promise<BackendHarness> {
  let backend = memoryBackend();
  const unitOfWork: UnitOfWork = { run: (scope, work) => backend.unitOfWork.run(scope, work) };
  const reader: RegistryReader = {
    get events() {
      return backend.reader.events;
    },
    get receivers() {
      return backend.reader.receivers;
    },
    get groups() {
      return backend.reader.groups;
    },
    get gates() {
      return backend.reader.gates;
    },
    get reconciliations() {
      return backend.reader.reconciliations;
    },
    get apiKeys() {
      return backend.reader.apiKeys;
    },
    get users() {
      return backend.reader.users;
    },
    get audit() {
      return backend.reader.audit;
    },
  };
  return Promise.resolve({
    unitOfWork,
    reader,
    feed: () => Promise.resolve(backend.feed()),
    reset() {
      backend = memoryBackend();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
}
