"use strict";
SwaggerUIBundle({
  url: "v1/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  // Otherwise a badge is asked of another machine.
  validatorUrl: null,
  // A key stays in the page and ends with it.
  persistAuthorization: false,
});
