import { FileError } from "@strata/core";
import { type ByteReader, noAddress } from "./byte-reader.ts";
import { checkNotDense, type HeaderMessage, messageTypes } from "./object-header.ts";

/** The addresses of a group's members, by name; null if the messages are no group's. */
export function readLinks(
  file: ByteReader,
  messages: readonly HeaderMessage[],
  place: string,
): ReadonlyMap<string, number> | null {
  const links = new Map<string, number>();
  let isGroup = false;
  for (const message of messages) {
    if (message.type === messageTypes.symbolTable) {
      const [tree, heap] = [message.body.address(), message.body.address()];
      readSymbolTable(file, tree, heap, place, (name, address) => addLink(file, links, place, name, address));
    } else if (message.type === messageTypes.link) {
      const [name, address] = readLinkMessage(message.body);
      addLink(file, links, place, name, address);
    } else if (message.type === messageTypes.linkInfo) checkNotDense(message, "its members");
    else continue;
    isGroup = true;
  }
  return isGroup ? links : null;
}

function addLink(
  file: ByteReader,
  links: Map<string, number>,
  place: string,
  name: string,
  address: number,
): void {
  if (name === "" || name === "." || name.includes("/")) {
    throw new FileError(
      file.file,
      place,
      `a member has the name ${JSON.stringify(name)}, which no member can have`,
    );
  }
  if (links.has(name))
    throw new FileError(file.file, place, `it has two members named ${JSON.stringify(name)}`);
  links.set(name, address);
}

/** Visits the members that a B-tree of version 1 lists, whose names stand in a local heap. */
function readSymbolTable(
  file: ByteReader,
  tree: number,
  heapAddress: number,
  place: string,
  visit: (name: string, address: number) => void,
): void {
  const header = file.part(`${place}, heap of names`, heapAddress, 32);
  header.expect("HEAP");
  header.skip(4);
  const size = header.u64();
  header.skip(8);
  const names = file.part(`${place}, heap of names`, header.address(), size);
  visitLeaves(file, tree, place, { type: 0, keyBytes: 8 }, (_, leaf) => {
    const node = file.part(`${place}, node of its members`, leaf, 8);
    node.expect("SNOD");
    node.skip(2);
    const entries = file.part(node.place, leaf + 8, 40 * node.u16());
    while (entries.left > 0) {
      const nameOffset = entries.u64();
      const address = entries.address();
      const cacheType = entries.u32();
      entries.skip(20);
      const name = names.part(names.place, nameOffset, Math.max(0, size - nameOffset)).textUntilZero();
      if (cacheType === 2 || address === noAddress) entries.fail(refusedLink(name));
      visit(name, address);
    }
  });
}

function readLinkMessage(body: ByteReader): readonly [name: string, address: number] {
  body.skip(1);
  const flags = body.u8();
  const type = flags & 8 ? body.u8() : 0;
  if (flags & 4) body.skip(8);
  if (flags & 16) body.skip(1);
  const length = body.unsigned(1 << (flags & 3));
  const name = new TextDecoder().decode(body.take(length));
  if (type !== 0) body.fail(refusedLink(name));
  return [name, body.address()];
}

function refusedLink(name: string): string {
  return `its member ${JSON.stringify(name)} is a link to another place or file; only members of their own are accepted`;
}

/** The differences between the B-trees of groups and of chunks. */
interface TreeKind {
  readonly type: number;
  readonly keyBytes: number;
}

/** Visits the children of the leaves of a B-tree of version 1, each with the key before it. */
export function visitLeaves(
  file: ByteReader,
  root: number,
  place: string,
  { type, keyBytes }: TreeKind,
  visit: (key: ByteReader, child: number) => void,
): void {
  const seen = new Set<number>();
  const visitNode = (address: number, above: number): void => {
    const header = file.part(`${place}, B-tree`, address, 24);
    header.expect("TREE");
    if (seen.has(address)) header.fail("the tree goes in a circle");
    seen.add(address);
    if (header.u8() !== type) header.fail("the tree is of another kind than its owner");
    const level = header.u8();
    if (level >= above) header.fail(`a node of level ${level} stands below one of level ${above}`);
    const count = header.u16();
    const entries = file.part(header.place, address + 24, count * (keyBytes + 8) + keyBytes);
    for (let index = 0; index < count; index++) {
      const key = entries.part(header.place, entries.position, keyBytes);
      entries.skip(keyBytes);
      const child = entries.address();
      if (level > 0) visitNode(child, level);
      else visit(key, child);
    }
  };
  visitNode(root, 256);
}
