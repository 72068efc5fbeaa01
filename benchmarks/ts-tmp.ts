import { strata } from "./libraries/strata/library.ts";
import { steps } from "./workloads/table.ts";
import { workloadOf } from "./workloads/tensors.ts";
const { run } = await strata().prepare(workloadOf((steps as any)[process.argv[2]]));
const line=[]; for (let w=0;w<16;w++){ const ts=[]; const t0=performance.now(); while(performance.now()-t0<250){const t=performance.now(); run(); ts.push(performance.now()-t);} ts.sort((a,b)=>a-b); line.push(ts[ts.length>>1].toFixed(1)); }
console.log(line.join(" "));
