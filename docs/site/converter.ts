/** Facts for TypeDoc beside the docstrings: whose members repeat, and the heading of each name. */
import {
  type Application,
  Comment,
  CommentTag,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from "typedoc";
import { categoryOf } from "./categories.ts";

const owners = ["Tensor", "Variable", "TensorMethods"];
const members = ReflectionKind.Property | ReflectionKind.Method | ReflectionKind.Accessor;

// How a class states its options and its form in files: said once, on the page of Configurable.
const declarations = [
  ...["className", "options", "optionsOfPart", "configConstants", "kerasModule", "recordsBuild"],
  ...["definition", "defaultName"],
];

export function describePackages(app: Application): void {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const isRepeated = reflection.flags.isStatic && declarations.includes(reflection.name);
    if (isRepeated && !["Configurable", "AnyLayer", "Optimizer"].includes(reflection.parent?.name ?? "")) {
      context.project.removeReflection(reflection);
    }
  });

  // Methods of tensors are made of the types of functions, which carry no docstrings: each refers to its function.
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const isMethod =
      reflection.kind === ReflectionKind.Property && owners.includes(reflection.parent?.name ?? "");
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
      if (!reflection.kindOf(members) || !reflection.isDeclaration()) continue;
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

  // The heading of a name is that of the file that declares it.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of exportsOf(context.project)) {
      // What stands in a namespace, as losses, belongs to it.
      const { parent } = reflection;
      const home = parent?.kind === ReflectionKind.Namespace ? parent : reflection;
      const file = context.getSymbolFromReflection(home)?.declarations?.[0].getSourceFile().fileName;
      const category = categoryOf(file ?? "", reflection.name);
      if (category === null) {
        app.logger.error(
          `${reflection.getFullName()} has no category: ${file} is missing in docs/site/categories.ts`,
        );
        continue;
      }
      reflection.comment ??= new Comment();
      reflection.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: category }]));
    }
  });
}

/** What the packages export, in their namespaces too. */
export function exportsOf(project: ProjectReflection): DeclarationReflection[] {
  const containers: Reflection[] = [project, ...project.getReflectionsByKind(ReflectionKind.SomeModule)];
  return project
    .getReflectionsByKind(ReflectionKind.SomeExport | ReflectionKind.Reference)
    .filter((reflection): reflection is DeclarationReflection => reflection.isDeclaration())
    .filter(({ kind }) => kind !== ReflectionKind.Module)
    .filter(({ parent }) => parent !== undefined && containers.includes(parent));
}
