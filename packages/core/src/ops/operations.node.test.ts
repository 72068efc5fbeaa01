/** Every public op on every backend, and its derivatives, as the guide's page says. */
import { describe, expect, it } from "vitest";
import { Tensor } from "../index.ts";
import { families, operationNames } from "./testing/operation-cases.ts";
import { checkOperation, type Finding, wrongIn } from "./testing/operation-check.ts";
import { operationsPage } from "./testing/operations-page.ts";

const common = methodNames();
await import("../methods.ts");
const further = methodNames().filter((name) => !common.includes(name));

function methodNames(): string[] {
  return operationNames.filter((name) => Object.hasOwn(Tensor.prototype, name));
}

const page = "../../../../docs/guide/operations.md";
const findings = new Map<string, Finding>();

describe("each op is right on every backend, and so are its first and second derivatives", () => {
  for (const { title, cases } of families) {
    describe(title, () => {
      it.each(Object.keys(cases))("%s", async (name) => {
        const finding = await checkOperation(cases[name]);
        findings.set(name, finding);
        expect(wrongIn(finding)).toEqual([]);
      });
    });
  }
});

describe("the table of operations", () => {
  it("has every function of the index that maps tensors, and no other", () => {
    const names = families.flatMap(({ cases }) => Object.keys(cases));
    expect(names.toSorted()).toEqual(operationNames.toSorted());
  });

  it("is the one in the guide", async () => {
    await expect(operationsPage(families, findings, { common, further })).toMatchFileSnapshot(page);
  });
});
