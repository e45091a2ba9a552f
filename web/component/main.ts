import { CodeElement } from './code-element.ts';
import { PageElement } from './page-element.ts';

/** The elements that web pages of customers load. They have no dependencies, and no styles. */
const elements = { 'waverify-code': CodeElement, 'waverify-page': PageElement };

for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
