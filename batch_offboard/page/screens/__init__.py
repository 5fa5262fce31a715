"""The screens: what each template needs, made from values; one module for each screen."""
