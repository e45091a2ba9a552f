import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import '../style/layout.css';
import '../style/content.css';
import './verify.css';
import { CodeElement } from '../component/code-element.ts';

/** What is more comfortable with scripts on a hosted page. The pages themselves are plain forms. */
customElements.define('waverify-code', CodeElement);

/** Counts down until another code can be sent. */
function countDown(button: HTMLButtonElement): void {
  const { wait = '0', waiting = '' } = button.dataset;
  const label = button.textContent;
  const endsAt = Date.now() + Number(wait) * 1000;
  const show = () => {
    const seconds = Math.ceil((endsAt - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? waiting.replace('{seconds}', String(seconds)) : label;
    if (seconds <= 0) clearInterval(timer);
  };
  const timer = setInterval(show, 1000);
  show();
}

/** A form that is submitted twice would be refused the second time. */
function submitOnce(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    if (form.dataset['isSubmitted']) event.preventDefault();
    form.dataset['isSubmitted'] = 'yes';
  });
}

/** Hands the result to the window that opened the page; without one, goes to the URL that is to get it. */
function handOver({ dataset }: HTMLElement): void {
  const { proof, page: pageId, origin = '', url } = dataset;
  const opener = window.opener as Window | null;
  if (opener) {
    opener.postMessage({ type: 'waverify.verified', proof, pageId }, origin);
    window.close();
  } else if (url) {
    location.replace(url);
  }
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-wait]')) countDown(button);
for (const form of document.querySelectorAll('form')) submitOnce(form);
// A page that comes back from the cache of the browser can be used again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form')) delete form.dataset['isSubmitted'];
});
const result = document.querySelector<HTMLElement>('#result');
if (result) handOver(result);
