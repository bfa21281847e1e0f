"""The page on which a merchant composes what buyers of a SKU fill in.

`params` makes a form's input of each parameter of a type, `fields` the form of one field, `composition` keeps several in
order and does what the buttons say, `changes` puts a change into words for the history, `preview` shows what buyers will
see, and `page` is the view. What is stored is changed by `shop.catalog.asking.ask` alone.
"""
