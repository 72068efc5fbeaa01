/** A file that arrives in parts, and is there under its name when all of it is. */
export interface PartialFile {
  /** The bytes that are there, of an earlier try too. */
  readonly size: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Begins anew. */
  clear(): Promise<void>;
  /** All bytes. */
  read(): Promise<Uint8Array>;
  /** Gives it its name. */
  finish(): Promise<void>;
  /** Keeps what there is for a later try. */
  leave(): Promise<void>;
}
