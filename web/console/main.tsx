import 'uplot/dist/uPlot.min.css';
import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import '../style/layout.css';
import '../style/content.css';
import '../style/conversations.css';
import '../style/start.css';
import '../style/lists.css';
import { render } from 'preact';
import { WordsProvider } from '../i18n/i18n.tsx';
import { applyTheme, readTheme } from '../lib/theme.ts';
import { App } from './app.tsx';

applyTheme(readTheme());
const place = document.getElementById('app');
if (place) {
  render(
    <WordsProvider>
      <App />
    </WordsProvider>,
    place,
  );
}
