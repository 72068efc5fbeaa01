/**
 * A program that overwrites one safetensors file, or an index and its files, again and again, until it is killed: tensors of one value
 * each time, 1, 2, 3…. Its argument is the path.
 */
import process from "node:process";
import { saveSafetensors } from "../../formats/safetensors/safetensors.ts";
import { tensor } from "../../tensor.ts";

const [, , path] = process.argv;
const length = 200_000;
const options = path.endsWith(".index.json") ? { maxShardBytes: 4 * length } : {};
for (let round = 1; ; round++) {
  const tensors = {
    first: tensor(new Float32Array(length).fill(round)),
    second: tensor(new Float32Array(length).fill(round)),
  };
  await saveSafetensors(path, tensors, options);
  if (round === 1) process.stdout.write("saved once\n");
}
