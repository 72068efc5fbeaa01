/** HTML as text. */
import { JSX } from "typedoc";

/** Text that may stand in HTML, and in an attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** An element of HTML that is there as text. */
export function raw(html: string): JSX.Element {
  return JSX.createElement(JSX.Raw, { html });
}

/** The text of an element, or of none. */
export function textOf(element: JSX.Children): string {
  return JSX.renderElement(JSX.createElement(JSX.Fragment, null, element));
}
