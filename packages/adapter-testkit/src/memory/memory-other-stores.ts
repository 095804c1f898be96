/* eslint-disable @typescript-eslint/require-await -- ports answer by promises: async makes one of what is at hand, and of what is thrown */
import type { ApiKeyStore, KeptAnswers, ReconciliationStore } from '@xzepr/core';

import type { Run } from './run.js';

/** @internal */
export function memoryReconciliationStore({ tables }: Run): ReconciliationStore {
  return {
    async start(groupId, ruleVersion) {
      tables.reconciliations.set(groupId, { groupId, ruleVersion, cursor: undefined });
    },
    async cancel(groupId) {
      tables.reconciliations.delete(groupId);
    },
    async advance({ groupId, ruleVersion, cursor }, next) {
      const current = tables.reconciliations.get(groupId);
      if (current?.ruleVersion !== ruleVersion || current.cursor !== cursor) return false;
      if (next === undefined) tables.reconciliations.delete(groupId);
      else tables.reconciliations.set(groupId, { groupId, ruleVersion, cursor: next });
      return true;
    },
  };
}

/** @internal */
export function memoryKeptAnswers({ tables, claims }: Run): KeptAnswers {
  return {
    async find(keyIds) {
      return [...new Set(keyIds)].flatMap((keyId) => tables.answers.get(keyId) ?? []);
    },
    async keep(answers) {
      for (const answer of answers) {
        claims.key(answer.keyId);
        if (tables.answers.get(answer.keyId) === undefined) tables.answers.set(answer.keyId, answer);
      }
    },
    async forget(before, limit) {
      const old = [...tables.answers.values()]
        .filter(({ keptAt }) => keptAt < before)
        .sort((a, b) => (a.keptAt < b.keptAt ? -1 : 1))
        .slice(0, limit);
      for (const { keyId } of old) tables.answers.delete(keyId);
      return old.length;
    },
  };
}

/** @internal */
export function memoryApiKeyStore({ tables }: Run): ApiKeyStore {
  return {
    async add(key) {
      for (const { hash, previous } of tables.apiKeys.values())
        if (hash === key.hash || previous?.hash === key.hash) return false;
      tables.apiKeys.set(key.id, key);
      return true;
    },
    async hasAny() {
      return [...tables.apiKeys.values()].length > 0;
    },
    async find(id) {
      return tables.apiKeys.get(id);
    },
    async replace(key) {
      tables.apiKeys.set(key.id, key);
    },
    async touch(uses) {
      for (const { id, at } of uses) {
        const key = tables.apiKeys.get(id);
        const isLater = key !== undefined && (key.lastUsedAt === undefined || key.lastUsedAt < at);
        if (isLater) tables.apiKeys.set(id, { ...key, lastUsedAt: at });
      }
    },
  };
}
