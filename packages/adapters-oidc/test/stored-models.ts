import type { Adapter, AdapterPayload } from 'oidc-provider';

/**
 * What the provider remembers, kept apart from it: a provider that is made anew with other keys knows the codes it gave before.
 */
export class StoredModels implements Adapter {
  static readonly kept = new Map<string, AdapterPayload>();
  private readonly model: string;

  constructor(model: string) {
    this.model = model;
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    StoredModels.kept.set(`${this.model}:${id}`, payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return StoredModels.kept.get(`${this.model}:${id}`);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...StoredModels.kept.values()].find((payload) => payload.kind === this.model && payload.uid === uid);
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const payload = StoredModels.kept.get(`${this.model}:${id}`);
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
  }

  async destroy(id: string): Promise<void> {
    StoredModels.kept.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of StoredModels.kept) if (payload.grantId === grantId) StoredModels.kept.delete(key);
  }
}
