import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/layout.css';
import './style/content.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme, readTheme } from './core/theme.ts';
import { WordsProvider } from './words/words.tsx';

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
