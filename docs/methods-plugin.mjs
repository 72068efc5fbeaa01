// Where docstrings are not beside what they describe.
import { Comment, Converter, ReflectionKind } from "typedoc";

const owners = ["Tensor", "Variable", "TensorMethods"];
const members = ReflectionKind.Property | ReflectionKind.Method | ReflectionKind.Accessor;

export function load(app) {
  // Methods of tensors are made of the types of functions, which carry no docstrings: each refers to its function.
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const isMethod = reflection.kind === ReflectionKind.Property && owners.includes(reflection.parent?.name);
    if (!isMethod || reflection.comment) return;
    reflection.comment = new Comment([
      { kind: "text", text: "As the function " },
      { kind: "code", text: `\`${reflection.name}\`` },
      { kind: "text", text: "." },
    ]);
  });

  // What overrides a member of a class that has no page, as the common base of a family, is described by that member.
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const reflection of Object.values(context.project.reflections)) {
      if (!reflection.kindOf(members)) continue;
      const [signature] = reflection.signatures ?? [reflection.getSignature ?? reflection];
      if (signature.comment) continue;
      const symbol = context.getSymbolFromReflection(reflection);
      const inherited = context.programs
        .map((program) => symbol?.getDocumentationComment(program.getTypeChecker()) ?? [])
        .find((parts) => parts.length > 0);
      if (inherited === undefined) continue;
      signature.comment = new Comment(inherited.map(({ text }) => ({ kind: "text", text })));
    }
  });
}
