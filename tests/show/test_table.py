from kuski.show.table import Column, Table

TABLE = Table(
    (Column("level", "Level"), Column("worth", "Worth <€>", "estimate", "€")),
    ({"level": "<7>", "worth": 1420.0, "worth_low": 1340.0, "worth_high": 1500.0},),
)


def test_html_names_rows_and_columns_and_the_kind_of_each():
    html = TABLE.to_html("A & B")
    assert '<th scope="col" class="estimate">Worth &lt;€&gt;</th>' in html
    assert '<th scope="row" class="text">&lt;7&gt;</th>' in html
    assert '<td class="estimate">€1,420 (1,340 to 1,500)</td>' in html
    assert "<caption>A &amp; B</caption>" in html
