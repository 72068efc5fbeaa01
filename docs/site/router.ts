/** The addresses of the pages: guide/getting-started, core/matmul, layers/Dense, layers/losses/hinge. */
import { BaseRouter, type Reflection } from "typedoc";
import { slugOf } from "./guides.ts";

export class SiteRouter extends BaseRouter {
  protected override getIdealBaseName(reflection: Reflection): string {
    if (reflection.isDocument()) return `guide/${this.getUrlSafeName(slugOf(reflection.name))}`;
    const parts: string[] = [];
    for (
      let each: Reflection | undefined = reflection;
      each !== undefined && !each.isProject();
      each = each.parent
    ) {
      const name = each.name.replace(/^@strata\//, "");
      if (name !== "index" || each === reflection) parts.unshift(this.getUrlSafeName(name));
    }
    return parts.join("/");
  }
}
