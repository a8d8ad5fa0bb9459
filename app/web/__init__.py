"""The pages: Flask blueprints, their templates, and the frame that they share."""
