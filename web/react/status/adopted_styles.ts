// The component's style sheet, adopted by the document or shadow root that the component is in, unless its rules are
// there already. A constructed style sheet needs no exception in a content security policy.
import text from '#styles';

// A sheet can be adopted only where it was constructed. Not in every browser.
const sheets = new WeakMap<Document, CSSStyleSheet>();

export function adoptStyles(element: Element): void {
  const { ownerDocument } = element;
  const view = ownerDocument.defaultView;
  if (view?.getComputedStyle(element).getPropertyValue('--rws-styles') !== '') return;
  const root = element.getRootNode();
  const target = root instanceof view.ShadowRoot ? root : ownerDocument;
  try {
    let sheet = sheets.get(ownerDocument);
    if (sheet === undefined) {
      sheet = new view.CSSStyleSheet();
      sheet.replaceSync(text);
      sheets.set(ownerDocument, sheet);
    }
    if (!target.adoptedStyleSheets.includes(sheet))
      target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
  } catch {
    // Without constructed style sheets the page must import styles.css.
  }
}
