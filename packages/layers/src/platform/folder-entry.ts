/** Something in a folder. */
export interface FolderEntry {
  readonly name: string;
  /** What it is; of a link, what it leads to. */
  readonly kind: "file" | "folder";
  /** Whether it is a link to another place. */
  readonly isLink: boolean;
}
