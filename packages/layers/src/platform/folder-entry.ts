/** Something in a folder. */
export interface FolderEntry {
  readonly name: string;
  /** The kind of the entry; of a link, that of its target. */
  readonly kind: "file" | "folder";
  /** Whether it is a link to another place. */
  readonly isLink: boolean;
}
