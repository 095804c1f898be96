/** @internal What the server is set to. Frozen once it is read. */
export interface Settings {
  readonly environment: 'development' | 'staging' | 'production';
  readonly server: { readonly host: string; readonly port: number };
  readonly database: {
    /** Unset: the embedded database in `path`. */
    readonly url: string | undefined;
    readonly path: string;
    readonly poolSize: number;
    readonly statementTimeoutMs: number;
    readonly lockTimeoutMs: number;
    readonly connectTimeoutMs: number;
    readonly deadlineMs: number;
  };
  readonly bootstrap: { readonly adminKey: string | undefined };
  readonly limits: {
    readonly eventBytes: number;
    readonly batchBytes: number;
    readonly schemaBytes: number;
    readonly depth: number;
    readonly bodyTimeoutMs: number;
  };
  readonly docs: boolean;
  /** Settings that were given but whose feature is not there yet. */
  readonly withoutEffect: readonly string[];
}
