import 'uplot/dist/uPlot.min.css';
import './look/page.css';
import { render } from 'preact';
import { App } from './app.tsx';

const place = document.getElementById('page');
if (place) render(<App />, place);
