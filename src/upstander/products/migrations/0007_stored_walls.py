"""A large file of a product is shown to whoever sees the product's row of it (migration 0002)."""

from django.db import migrations

_OF = "EXISTS (SELECT 1 FROM products_file f WHERE f.stored_id = {})"
_FORWARD = f"""
CREATE POLICY products_storedfile ON network_storedfile FOR SELECT USING ({_OF.format("network_storedfile.id")});
CREATE POLICY products_filechunk ON network_filechunk FOR SELECT USING ({_OF.format("file_id")});
"""
_BACKWARD = "DROP POLICY products_filechunk ON network_filechunk; DROP POLICY products_storedfile ON network_storedfile;"


class Migration(migrations.Migration):
    dependencies = [("products", "0006_stored_files"), ("network", "0010_file_walls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
