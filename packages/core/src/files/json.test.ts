import { expect, test } from "vitest";
import { parseJson } from "./json.ts";

const parse = (text: string): unknown => parseJson("a.json", "", new TextEncoder().encode(text));

test("JSON is read, with names and strings of any kind", () => {
  const value = { 'a "b': [1, { "}": "{" }], "\\": "", nested: { 'a "b': null } };
  expect(parse(JSON.stringify(value, null, 2))).toEqual(value);
});

test("JSON with a name twice in one object is refused, also by another spelling", () => {
  expect(() => parse('{"a": 1, "b": {"a": 2}, "\\u0061": 3}')).toThrow(
    'a.json: its JSON has the name "a" twice in one object',
  );
});

test("JSON that is cut, no UTF-8, or nested too deep is refused", () => {
  expect(() => parse('{"a": ')).toThrow("a.json: it is no JSON");
  expect(() => parseJson("a.json", "header", Uint8Array.of(0x22, 0xff, 0x22))).toThrow(
    "a.json, header: it is no UTF-8",
  );
  expect(() => parse("[".repeat(101) + "]".repeat(101))).toThrow("nested deeper than 100 levels");
  expect(() => parse("[".repeat(1e6))).toThrow("it is no JSON");
});
