import { SGD, variable } from "@strata/core";

const x = variable(10);
const optimizer = new SGD({ learningRate: 0.1 });
optimizer.minimize(() => x.square());
console.log(x.item()); // 8