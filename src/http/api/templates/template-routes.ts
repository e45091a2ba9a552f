import {
  type DescribedTemplate,
  getTemplate,
  listTemplates,
  previewTemplate,
  removeTemplate,
  saveTemplate,
  type TemplateContext,
} from '../../../services/delivery/templates/manage-templates.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import {
  DeletedTemplate,
  Template,
  TemplateBody,
  TemplateParams,
  TemplatePreview,
  TemplateQuery,
} from './template-schemas.ts';

type Dependencies = { readonly templates: TemplateContext };

const tag = 'Templates';

/** The texts of an account's messages. */
export function templateRoutes({ templates }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listTemplates',
    tag,
    summary: 'List message templates',
    description: 'The message templates of the account, newest first.',
    query: TemplateQuery,
    answers: { 200: answer(pageOf(Template), 'A page of templates') },
  });
  router.openapi(listRoute, async (c) => {
    const page = await listTemplates(templates, c.get('caller'), readPage(c.req.valid('query')));
    return c.json(success('Templates', presentPage(page, present)), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{channel}/{locale}',
    operationId: 'getTemplate',
    tag,
    summary: 'Get a message template',
    params: TemplateParams,
    answers: { 200: answer(Template, 'The template') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const { channel, locale } = c.req.valid('param');
    const found = await getTemplate(templates, c.get('caller'), { channel, locale });
    return c.json(success('Template', present(found)), 200);
  });

  const saveRoute = operation({
    method: 'put',
    path: '/{channel}/{locale}',
    operationId: 'saveTemplate',
    tag,
    summary: 'Create or replace a message template',
    description:
      'Messages on this channel and in this language get this text. A template for the language takes precedence over one for all languages, and a template for the channel over one for all channels. Takes effect at once, on other nodes within five seconds.',
    params: TemplateParams,
    body: TemplateBody,
    answers: { 200: answer(Template, 'The template is saved') },
  });
  router.openapi(saveRoute, async (c) => {
    const { channel, locale } = c.req.valid('param');
    const { text } = c.req.valid('json');
    const saved = await saveTemplate(templates, c.get('caller'), { channel, locale, text });
    return c.json(success('Template saved', present(saved)), 200);
  });

  const removeRoute = operation({
    method: 'delete',
    path: '/{channel}/{locale}',
    operationId: 'deleteTemplate',
    tag,
    summary: 'Delete a message template',
    description: 'Messages get the next best template, or the built-in text.',
    params: TemplateParams,
    answers: { 200: answer(DeletedTemplate, 'The template is deleted') },
    fails: ['not_found'],
  });
  router.openapi(removeRoute, async (c) => {
    const { channel, locale } = c.req.valid('param');
    await removeTemplate(templates, c.get('caller'), { channel, locale });
    return c.json(success('Template deleted', { channel, locale }), 200);
  });

  const previewRoute = operation({
    method: 'post',
    path: '/preview',
    operationId: 'previewTemplate',
    tag,
    summary: 'Preview a message template',
    description: 'Checks a text and shows a message with an example of a code. Saves nothing.',
    body: TemplateBody,
    answers: { 200: answer(TemplatePreview, 'The preview') },
  });
  router.openapi(previewRoute, async (c) => {
    const { text } = c.req.valid('json');
    const preview = await previewTemplate(templates, c.get('caller'), text);
    const { example, encoding, segments } = preview;
    const data = { text: preview.text, example, encoding, segments };
    return c.json(success('Preview', data), 200);
  });

  return router;
}

function present({ createdAt, updatedAt, ...template }: DescribedTemplate) {
  const { channel, locale, text, example, encoding, segments } = template;
  return {
    ...{ channel, locale, text, example, encoding, segments },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
