/** Trains a small model with a backup in a folder, and prints its weights. */
import { argv } from "node:process";
import { setSeed, tensor } from "@strata/core";
import { BackupAndRestore } from "../callbacks/backup-and-restore.ts";
import { Dense } from "../layers/core/dense.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Sequential } from "../models/sequential.ts";

setSeed(1);
const x = tensor(
  Float32Array.from({ length: 400 }, (_, index) => Math.sin(index)),
  [200, 2],
);
const model = new Sequential([new Dense(8, { activation: "relu" }), new Dropout(0.3), new Dense(1)]);
model.build([null, 2]);
model.compile({ optimizer: "adam", loss: "mse" });
console.log("begin");
const [, , backupDir] = argv;
const callbacks = [new BackupAndRestore(backupDir, { saveFreq: 2 })];
await model.fit(x, x.sum([1], true), { epochs: 20, batchSize: 20, verbose: 0, callbacks });
console.log(JSON.stringify(model.getWeights().map((each) => each.arraySync())));
