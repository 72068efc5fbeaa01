import * as core from "../../../index.ts";
import { between, operation } from "../operation-case.ts";

export const activationCases = {
  relu: operation([[7]], (x) => core.relu(x)),
  relu6: operation([between(-3, 9.1, [7])], (x) => core.relu6(x)),
  leakyRelu: operation([[7]], (x) => core.leakyRelu(x)),
  prelu: operation([[3, 4], between(0.1, 0.5, [4])], (x, alpha) => core.prelu(x, alpha)),
  elu: operation([[7]], (x) => core.elu(x, 1.5)),
  selu: operation([[7]], (x) => core.selu(x)),
  celu: operation([[7]], (x) => core.celu(x, 0.7)),
  gelu: operation([[7]], (x) => [core.gelu(x), core.gelu(x, { approximate: true })]),
  silu: operation([[7]], (x) => core.silu(x)),
  logSigmoid: operation([[7]], (x) => core.logSigmoid(x)),
  hardSigmoid: operation([between(-5, 5, [7])], (x) => core.hardSigmoid(x)),
  hardSwish: operation([between(-5, 5, [7])], (x) => core.hardSwish(x)),
  hardTanh: operation([[7]], (x) => core.hardTanh(x)),
  softplus: operation([[7]], (x) => core.softplus(x)),
  softsign: operation([[7]], (x) => core.softsign(x)),
  mish: operation([[7]], (x) => core.mish(x)),
  glu: operation([[3, 4]], (x) => core.glu(x)),
  softmax: operation([[3, 4]], (x) => core.softmax(x)),
  logSoftmax: operation([[3, 4]], (x) => core.logSoftmax(x)),
  sparsemax: operation([[3, 4]], (x) => core.sparsemax(x)),
};
