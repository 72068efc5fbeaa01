// Methods of tensors are made of the types of functions, which carry no docstrings: each refers to its function.
import { Comment, Converter, ReflectionKind } from "typedoc";

const owners = ["Tensor", "Variable", "TensorMethods"];

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const isMethod = reflection.kind === ReflectionKind.Property && owners.includes(reflection.parent?.name);
    if (!isMethod || reflection.comment) return;
    reflection.comment = new Comment([
      { kind: "text", text: "As the function " },
      { kind: "code", text: `\`${reflection.name}\`` },
      { kind: "text", text: "." },
    ]);
  });
}
