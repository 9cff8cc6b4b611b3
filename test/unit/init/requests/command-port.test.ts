import { expect, it } from 'vitest';
import { commandPort } from '../../../../src/init/requests/command-port.ts';

it.each([
  ['PORT=3000 node server.js', 3000],
  ['next start -p 3001', 3001],
  ['uvicorn app:app --host 0.0.0.0 --port 8000', 8000],
  ['gunicorn --bind 0.0.0.0:8001 shop.wsgi', 8001],
  ['gunicorn -b :8002 app', 8002],
  ['python manage.py runserver 0.0.0.0:8003', 8003],
  ['streamlit run app.py --server.port=8501', 8501],
  ['rails server -b 0.0.0.0 -p 3002', 3002],
  ['php -S 0.0.0.0:8080 -t public', 8080],
  ['http-server dist -p8081', 8081],
  ['celery -A shop worker -l info', undefined],
  ['node server.js', undefined],
  ['run --port 99999', undefined],
  ['psql postgres://db:5432/shop', undefined],
])('the port of %s', (command, port) => {
  expect(commandPort(command)).toBe(port);
});
