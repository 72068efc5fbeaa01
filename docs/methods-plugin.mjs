// Where docstrings are not beside what they describe.
import { Comment, Converter, ReflectionKind } from "typedoc";

const owners = ["Tensor", "Variable", "TensorMethods"];
const members = ReflectionKind.Property | ReflectionKind.Method | ReflectionKind.Accessor;

// How a class states its options and its form in files: said once, on the page of Configurable.
const declarations = [
  ...["className", "options", "optionsOfPart", "configConstants", "kerasModule", "recordsBuild"],
  ...["definition", "defaultName"],
];

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const isRepeated = reflection.flags.isStatic && declarations.includes(reflection.name);
    if (isRepeated && !["Configurable", "AnyLayer", "Optimizer"].includes(reflection.parent?.name)) {
      context.project.removeReflection(reflection);
    }
  });

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
